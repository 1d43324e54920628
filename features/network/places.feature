@network
Feature: Places
  People sit behind routers, firewalls and carriers. Private machines dial out only, and the appliance sees the address
  of whatever they come through.

  Background:
    Given the site "acme"

  Scenario Outline: A customer is helped wherever they are
    Given Alex is signed in to the desktop console
    And Carla is at <place>
    And Carla is a customer with a <device>
    And Carla is in session with Alex
    When Carla writes "The printer prints nothing"
    Then Alex reads "The printer prints nothing" from Carla
    And the appliance sees Carla at "<address>"

    Examples:
      | place      | device        | address        |
      | home       | Mac           | 198.51.100.101 |
      | the office | Windows PC    | 192.0.2.10     |
      | the bank   | Linux PC      | 192.0.2.20     |
      | the hotel  | Windows PC    | 192.0.2.30     |
      | the road   | Android phone | 192.0.2.41     |

  Scenario: Two customers at homes of their own may have the same private address
    Given Alex is signed in to the desktop console
    And Carla is at home
    And Carla is a customer with a Mac
    And Dana is at home
    And Dana is a customer with a Windows PC
    And Carla is in session with Alex
    And Dana is in session with Alex
    When Carla writes "I am Carla"
    And Dana writes "I am Dana"
    Then Alex reads "I am Carla" from Carla
    And Alex reads "I am Dana" from Dana
    And the appliance sees Carla at "198.51.100.101"
    And the appliance sees Dana at "198.51.100.102"

  Scenario: A representative's console works behind a strict firewall
    Given Alex is at the bank
    And Alex is signed in to the desktop console
    And Carla is in session with Alex
    When Alex writes "Can you hear me?" to everyone in Carla's session
    Then Carla reads "Can you hear me?" from Alex
    And the appliance sees Alex at "192.0.2.20"

  Scenario: A firewall that lets out the wrong port keeps a console out
    Given Alex is at the bank
    And Alex is signed in to the desktop console
    When the firewall at Alex's place lets out port 80 only
    And Alex starts the console anew
    And Alex signs in again
    Then Alex is not signed in

  Scenario: Heartbeats keep a connection alive through a firewall that forgets idle ones
    Given Alex is at the bank
    And Alex is signed in to the desktop console
    And Carla is in session with Alex
    When the firewall at Alex's place forgets what is idle for 1 minute
    And 8 hours pass
    And Alex writes "Still there?" to everyone in Carla's session
    Then Carla reads "Still there?" from Alex
    And Carla's session was never lost

  Scenario: A firewall that forgets sooner than heartbeats come cuts people off
    Given Alex is signed in to the desktop console
    And Carla is at the bank
    And Carla is a customer with a Windows PC
    And Carla is in session with Alex
    When the firewall at Carla's place forgets what is idle for 3 seconds
    Then Alex sees that Carla's connection is lost

  Scenario: A representative and a customer in one office come through one address
    Given Alex is at the office
    And Alex is signed in to the desktop console
    And Carla is at the office
    And Carla is a customer with a Windows PC
    And Carla is in session with Alex
    Then the appliance sees Alex at "192.0.2.10"
    And the appliance sees Carla at "192.0.2.10"
