Feature: Click-to-chat
  A customer talks to a representative in the browser, with nothing to download, until more than talk is needed.

  Background:
    Given the site "chat"
    And Alex is signed in to the desktop console

  @C2C-01 @C2C-12
  Scenario Outline: A start method that has click-to-chat leads to a chat, and to nothing on the machine
    Given Carla is a customer with <device>
    When Carla picks the issue "VPN does not connect" on the portal
    And Carla starts to chat in the browser
    Then Carla waits in the Network queue
    And Carla is told to wait at place 1
    And nothing was installed on Carla's device
    When Alex accepts Carla's session
    Then Alex sees that Carla's client is "click-to-chat"

    Examples:
      | device                           |
      | a Windows PC                     |
      | a Mac                            |
      | a Linux PC                       |
      | an Android phone without the app |

  @C2C-01
  Scenario: A start method without click-to-chat uses the full client
    Given Carla is a customer with a Windows PC
    When Carla picks the representative Alex on the portal
    Then Carla waits in Alex's personal queue
    And the customer client is installed on Carla's device
    When Alex accepts Carla's session
    Then Alex sees that Carla's client is "user mode"

  @C2C-02
  Scenario: A portal without click-to-chat has none, however one begins
    Given Carla is a customer with a Windows PC
    When Carla picks the issue "VPN does not connect" on the portal "Plain"
    Then Carla waits in the Network queue
    And the customer client is installed on Carla's device
    When Alex accepts Carla's session
    Then Alex sees that Carla's client is "user mode"

  @C2C-03
  Scenario: A browser that can not chat is not offered it, and the full client comes instead
    Given Carla is a customer with a Windows PC and an old browser
    When Carla picks the issue "VPN does not connect" on the portal
    Then Carla waits in the Network queue
    And the customer client is installed on Carla's device

  @C2C-03 @C2C-06
  Scenario: Who accepts the request talks to the customer
    Given Carla is a customer with a Windows PC
    And Carla picks the issue "VPN does not connect" on the portal "Main"
    And Carla starts to chat in the browser
    When Alex accepts Carla's session
    Then Carla is in session with Alex
    When Alex writes "How can I help?" to everyone in Carla's session
    Then Carla reads "How can I help?" from Alex
    When Carla writes "The VPN is down"
    Then Alex reads "The VPN is down" from Carla
    When Alex ends Carla's session
    Then Carla's session is over: "ended by the representative"
    And nothing was installed on Carla's device

  @C2C-04
  Scenario: Name, chat prompt, agreement and recording come in that order, and only then does the request enter a queue
    Given Carla is a customer with a Windows PC
    When Carla picks the issue "VPN does not connect" on the portal "Formal"
    Then Carla's browser asks for a name
    And Carla does not wait in any queue
    When Carla gives the name "Carla"
    Then Carla's browser asks whether to chat
    And Carla does not wait in any queue
    When Carla accepts the chat
    Then Carla is asked to agree to "Acme may keep what you write."
    When Carla accepts the agreement
    Then Carla is asked whether the session may be recorded
    And Carla does not wait in any queue
    When Carla allows recording
    Then Carla waits in the Network queue
    When Alex accepts Carla's session
    Then recording of Carla's session is allowed

  @C2C-04
  Scenario: Who does not want to chat makes no request
    Given Carla is a customer with a Windows PC
    When Carla picks the issue "VPN does not connect" on the portal
    And Carla gives the name "Carla"
    And Carla declines the chat
    Then Carla is told "the chat was declined"
    And Carla does not wait in any queue

  @C2C-05
  Scenario: Who refuses recording waits like anybody, and is not recorded
    Given Carla is a customer with a Windows PC
    And Carla picks the issue "VPN does not connect" on the portal "Formal"
    And Carla starts to chat in the browser
    And Carla accepts the agreement
    When Carla refuses recording
    Then Carla waits in the Network queue
    When Alex accepts Carla's session
    Then recording of Carla's session is refused

  @C2C-07
  Scenario Outline: A chat has no tools before it is elevated
    Given Carla is a customer with a Windows PC
    And Carla picks the issue "VPN does not connect" on the portal "Main"
    And Carla starts to chat in the browser
    And Alex accepts Carla's session
    When Alex opens <tool> in Carla's session
    Then Alex reads that <tool> is refused in Carla's session: "click-to-chat has no tools: elevate to the full client first"
    And Carla is no longer asked anything
    And Carla sees that nobody uses <tool>

    Examples:
      | tool               |
      | screen sharing     |
      | privacy screen     |
      | clipboard          |
      | special actions    |
      | canned scripts     |
      | reboot             |
      | file transfer      |
      | command shell      |
      | system information |

  @C2C-12
  Scenario: A chat can begin with a representative's invitation
    Given Carla is a customer with an Android phone without the app
    And Alex has generated a session key
    When Carla opens the URL of Alex's session key
    And Carla starts to chat in the browser
    Then Carla waits in Alex's personal queue
    When Alex accepts Carla's session
    Then Alex sees that Carla's client is "click-to-chat"
    And nothing was installed on Carla's device

  @C2C-12
  Scenario: A chat can begin with a session key that is typed on the portal
    Given Carla is a customer with an Android phone without the app
    And Alex has generated a session key
    When Carla types Alex's session key on the portal
    And Carla starts to chat in the browser
    Then Carla waits in Alex's personal queue
