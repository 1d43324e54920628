Feature: Automatic elevation
  An administrator can have Windows clients ask for elevation by themselves when a session begins.

  Background:
    Given the site "automatic"
    And Alex is signed in to the desktop console

  @ELV-06
  Scenario: A Windows client asks as the session begins, before anybody has taken it
    Given Carla is a customer with a Windows PC
    When Carla picks the issue "VPN does not connect" on the portal "Plain"
    Then Carla waits in the Network queue
    And Carla's client asks for an administrator's credentials by itself
    When Carla types the credentials of "admin" with "correct horse"
    And Alex accepts Carla's session
    Then Alex sees that Carla's client is "elevated"
    And the customer client runs as a service on Carla's device

  @ELV-06
  Scenario: A customer who does not answer is helped in user mode
    Given Carla is a customer with a Windows PC
    When Carla picks the issue "VPN does not connect" on the portal "Plain"
    Then Carla's client asks for an administrator's credentials by itself
    When 46 seconds pass
    Then Carla is no longer asked about elevation
    When Alex accepts Carla's session
    Then Alex sees that Carla's client is "user mode"
    And Alex can elevate Carla's client by "Prompt Customer, Provide Credentials"

  @ELV-06
  Scenario: A customer who declines is helped in user mode
    Given Carla is a customer with a Windows PC
    When Carla picks the issue "VPN does not connect" on the portal "Plain"
    And Carla declines to be elevated
    And Alex accepts Carla's session
    Then Alex sees that Carla's client is "user mode"

  @ELV-06
  Scenario Outline: Only Windows clients ask
    Given Carla is a customer with <device>
    When Carla picks the issue "VPN does not connect" on the portal "Plain"
    Then Carla waits in the Network queue
    And Carla is asked nothing about elevation

    Examples:
      | device           |
      | a Mac            |
      | a Linux PC       |
      | an Android phone |

  @ELV-06
  Scenario: Where the site does not say so, no client asks
    Given Carla is a customer with a Windows PC
    When Carla picks the issue "VPN does not connect" on the portal
    And Carla starts to chat in the browser
    Then Carla waits in the Network queue
    And Carla is asked nothing about elevation
